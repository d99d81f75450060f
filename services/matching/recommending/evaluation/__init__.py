"""How well recommendations agree with people: files of judged pairs, measures, and what differs by chance."""
