import ArgumentParser
import PulsarSimulator

SimulatorCommand.main()
