"""A lower bound that anybody can verify: a relaxation of the problem, coded apart from the model, and its prices."""
