internal import ArgumentParser

package enum GitPulsar {
  package static func main() {}
}
