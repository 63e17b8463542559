#if canImport(Glibc)
  import CSystem
  import Glibc

  /// A folder, open for reading until the value goes.
  ///
  /// Kept for one walk only: an open folder would keep its disk from being unmounted.
  final class OpenFolder {
    let descriptor: Int32
    let identity: Identity

    /// What tells one folder of the machine from another.
    struct Identity: Hashable {
      let device: UInt64
      let inode: UInt64
    }

    /// A name in the folder.
    struct Entry {
      let name: [UInt8]
      let isFolder: Bool
    }

    /// Opens without following a link in the last name, but for an absolute path; nil and errno on
    /// failure.
    ///
    /// - Parameters:
    ///   - name: a name in `folder`, or an absolute path.
    ///   - folder: nil only for an absolute path.
    init?(_ name: [UInt8], in folder: OpenFolder?) {
      let isAbsolute = name.first == UInt8(ascii: "/")
      let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | (isAbsolute ? 0 : O_NOFOLLOW)
      let path = name.map { CChar(bitPattern: $0) } + [0]
      var opened: Int32
      repeat {
        opened = openat(folder?.descriptor ?? AT_FDCWD, path, flags)
      } while opened < 0 && errno == EINTR
      if opened < 0 { return nil }
      var status = stat()
      guard fstat(opened, &status) == 0 else {
        let number = errno
        close(opened)
        errno = number
        return nil
      }
      self.descriptor = opened
      self.identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    deinit { close(self.descriptor) }

    /// The number of its file system in statfs(2); 0 when the system does not tell.
    var fileSystem: UInt32 { csystem_file_system_kind(self.descriptor) }

    /// Its content but `.` and `..`, in no order; nil and errno when it cannot be read.
    func entries() -> [Entry]? {
      let copy = fcntl(self.descriptor, F_DUPFD_CLOEXEC, 0)
      guard copy >= 0 else { return nil }
      guard let stream = fdopendir(copy) else {
        let number = errno
        close(copy)
        errno = number
        return nil
      }
      defer { closedir(stream) }
      var entries: [Entry] = []
      errno = 0
      while let entry = readdir(stream) {
        let name = Self.name(entry)
        if name != [0x2E] && name != [0x2E, 0x2E] {
          entries.append(
            Entry(name: name, isFolder: self.isFolder(name, type: Int(entry.pointee.d_type))))
        }
        errno = 0
      }
      return errno == 0 ? entries : nil
    }

    private func isFolder(_ name: [UInt8], type: Int) -> Bool {
      if type != DT_UNKNOWN { return type == DT_DIR }
      var status = stat()
      let path = name.map { CChar(bitPattern: $0) } + [0]
      return fstatat(self.descriptor, path, &status, AT_SYMLINK_NOFOLLOW) == 0
        && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func name(_ entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
      withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
    }
  }
#endif
