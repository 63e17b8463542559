/// File systems that do not tell of every change: those that somebody else can change as well.
///
/// Source: statfs(2), linux/magic.h. virtiofs says it is FUSE.
package enum SilentFileSystem {
  /// Names for people, by the number of statfs(2).
  package static let names: [UInt32: String] = [
    0x0000_6969: "a network file system (NFS)",
    0x0000_517B: "a network file system (SMB)",
    0xFF53_4D42: "a network file system (SMB)",
    0xFE53_4D42: "a network file system (SMB)",
    0x5346_414F: "a network file system (AFS)",
    0x6B41_4653: "a network file system (AFS)",
    0x7375_7245: "a network file system (Coda)",
    0x00C3_6400: "a network file system (Ceph)",
    0x0BD0_0BD0: "a network file system (Lustre)",
    0x4750_4653: "a network file system (GPFS)",
    0x0116_1970: "a cluster file system (GFS2)",
    0x7461_636F: "a cluster file system (OCFS2)",
    0x6573_5546: "a file system in user space (FUSE)",
    0x0102_1997: "a file system of the host (9p)",
    0x786F_4256: "a file system of the host (VirtualBox)",
    0xBACB_ACBC: "a file system of the host (VMware)",
  ]
}
