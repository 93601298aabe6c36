"""The network: calls over HTTP that end, or are cut. A party that stays silent is waited for once."""
