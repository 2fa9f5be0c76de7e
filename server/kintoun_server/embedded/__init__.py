"""The private mongod of the embedded default, and the data folder that it lives in."""
