package import PulsarCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension GitPath {
  /// The size in bytes of the file of that name, a link's own; 0 when nobody can tell.
  package var fileSize: Int {
    var status = stat()
    let result = self.withSystemPath { lstat($0, &status) }
    return result.value == 0 ? Int(status.st_size) : 0
  }
}
