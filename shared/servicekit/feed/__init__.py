"""The events of an instance as an HTTP feed, for those who do not speak AMQP."""
