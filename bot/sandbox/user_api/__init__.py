"""The API for what people see and do, `/sandbox/...`. The page and `SandboxUser` use only this."""
