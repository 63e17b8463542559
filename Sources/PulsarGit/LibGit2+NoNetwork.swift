/// Takes the place of the certificate reader that libgit2 calls when it starts.
///
/// Pushes and fetches are git's; libgit2 never opens a connection here, and reading the machine's
/// certificates would be half of what starting it costs. Without certificates a connection would be
/// refused, so nothing is trusted that was not before.
///
/// Source: mbed TLS `mbedtls/x509_crt.h`.
@_cdecl("mbedtls_x509_crt_parse_file")
package func readNoCertificates(_ chain: OpaquePointer?, _ path: UnsafePointer<CChar>?) -> CInt {
  0
}
