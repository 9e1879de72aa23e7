"""The person-facing API, `/sandbox/...`: what people see and do. The page and `Person` use only this."""
