"""Webhooks: events sent to addresses of others, by the Standard Webhooks specification (standardwebhooks.com).

Read in this order: `deliveries` (what is made of an event, claimed and settled), `sending` (one endpoint's turn),
`posting` (one request), `endpoints` and `replaying` (what people do). docs/webhooks.md is for who receives.
"""
