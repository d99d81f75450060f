"""From a delivery to a letter: names, addresses and clocks are looked up at the moment of sending."""
