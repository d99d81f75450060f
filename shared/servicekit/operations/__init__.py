"""Operations: health, metrics endpoint, audit log, dead letters, clock, personal data; API and pages."""
