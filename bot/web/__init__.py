"""The HTTP servers for Slack's and operators' requests. The Slack room handles what the requests mean."""
