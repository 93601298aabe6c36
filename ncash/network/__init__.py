"""The network: calls over HTTP with an end, connections that can be cut, parties that stay silent."""
