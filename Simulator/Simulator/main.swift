SimulatorCommand.start()
