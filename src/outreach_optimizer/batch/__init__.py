"""Many instances, each under many scenarios, on one machine or on a cluster."""
