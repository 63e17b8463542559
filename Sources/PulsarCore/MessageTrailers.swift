/// What a message of ours says to machines: values by name, of lines `Pulsar-<name>: <value>`; where a name
/// stands twice, the last one's.
func messageTrailers(_ message: [UInt8]) -> [String: [UInt8]] {
  var fields: [String: [UInt8]] = [:]
  for line in message.split(separator: UInt8(ascii: "\n")) {
    guard line.starts(with: "Pulsar-".utf8), let colon = line.firstIndex(of: UInt8(ascii: ":"))
    else { continue }
    let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
    fields[String(decoding: line[..<colon], as: UTF8.self)] = Array(value)
  }
  return fields
}
