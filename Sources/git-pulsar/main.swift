import PulsarCommands

GitPulsar.main()
