"""A fleet of processes, a redis-server and a service, all real: what the scenario is made of."""
