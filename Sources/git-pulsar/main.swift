import PulsarCommands

GitPulsar.start()
