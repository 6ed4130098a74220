"""People who log in: counsellors, editors and managers; their passwords, second factors and sessions."""
