/// The file watch of the system that this program runs on.
#if canImport(Glibc)
  package typealias SystemFileWatch = InotifyWatch
#else
  package typealias SystemFileWatch = FSEventsWatch
#endif
