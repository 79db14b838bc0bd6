"""Monte Carlo check of a plan: people come or not, wait and are served, many times over, beside the exact figures."""

from outreach_optimizer.simulation.run import SessionTrial, Simulation, simulate

__all__ = ["SessionTrial", "Simulation", "simulate"]
