"""The person-facing API, `/sandbox/...`: what people see and do. The page and `SandboxUser` use only this."""
