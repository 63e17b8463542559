import PulsarCore
import Testing

@Suite struct CredentialsTests {
  @Test(arguments: [
    ("https://user:secret@host/x", "https://***@host/x"),
    ("https://token@host", "https://***@host"),
    ("'https://token@host:8080/x': denied", "'https://***@host:8080/x': denied"),
    ("HTTPS://token@host", "HTTPS://***@host"),
    ("https://u:p@ss@host/a@b", "https://***@host/a@b"),
    ("https://u:p'w\"d@host", "https://***@host"),
    ("ftp://u:p@host", "ftp://***@host"),
    ("ssh://git@host/x", "ssh://git@host/x"),
    ("ssh://git:secret@host/x", "ssh://***@host/x"),
    ("git@host:path", "git@host:path"),
    ("https://host/a@b", "https://host/a@b"),
    ("https://host/x mail a@b", "https://host/x mail a@b"),
    ("fatal: 'https://u:p@h/r' and ssh://git:x@h2/", "fatal: 'https://***@h/r' and ssh://***@h2/"),
    ("http://a:b@c https://d:e@f", "http://***@c https://***@f"),
    ("https://a:b://c@d", "https://a:b://c@d"),
    ("no address", "no address"), ("://", "://"), ("://@", "://@"), ("", ""),
  ])
  func `credentials in addresses are never shown`(text: String, shown: String) {
    #expect(withoutCredentials(text) == shown)
  }
}
