import Foundation
import PulsarCore
import PulsarSystem
import Testing

@Suite struct SystemErrorTests {
  @Test(arguments: [
    (ENOSPC, "no space left on device", "free some space"),
    (EDQUOT, "quota", "quota"),
    (EACCES, "permission denied", "belong to you"),
    (EPERM, "not permitted", "belong to you"),
    (EROFS, "read-only file system", "make that file system writable"),
    (ENOTDIR, "not a directory", "move the file away"),
    (EISDIR, "is a directory", "move the folder away"),
    (EIO, "input/output error", "check the disk"),
    (EMFILE, "too many open files", "close other programs"),
    (ENOENT, "no such file", "check the path"),
  ])
  func `says what failed, why, and what to do`(number: Int32, why: String, remedy: String) {
    let error = SystemError(operation: "write", path: GitPath("/a b/c"), errno: number)
    #expect(error.whatFailed == "could not write '/a b/c'")
    #expect(error.why.contains(why))
    #expect(error.whatToDo.contains(remedy))
  }

  @Test func `shows a path of odd bytes escaped`() {
    let error = SystemError(
      operation: "read", path: GitPath(bytes: [0x2F, 0xFF, 0x0A]), errno: ENOENT)
    #expect(error.whatFailed == #"could not read '"/\377\n"'"#)
  }

  @Test func `names no path where there is none`() {
    let error = SystemError(operation: "get random bytes", path: .root, errno: EIO)
    #expect(error.whatFailed == "could not get random bytes")
  }

  @Test func `tells a full disk, a refusal and a person's wish apart`() {
    func error(_ number: Int32) -> SystemError {
      SystemError(operation: "write", path: .root, errno: number)
    }
    #expect(error(ENOSPC).isFull && error(EDQUOT).isFull && !error(EACCES).isFull)
    #expect(error(EROFS).isRefused && error(EPERM).isRefused && !error(ENOSPC).isRefused)
    #expect(error(EINTR).isInterrupted && !error(EIO).isInterrupted)
  }
}
