"""What accounts of a made-up history do after they signed up, as gateways would report it."""
