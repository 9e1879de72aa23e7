"""Lists the routes of the user API."""

from aiohttp import web

from bot.sandbox.user_api import app_installation, channel_members, interactions, messaging, workspace_state
from bot.sandbox.user_api.user_request import user_route

USER_PATH = "/sandbox/people/{user}"

ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/sandbox/state", workspace_state.get_state),
    web.get("/sandbox/record", workspace_state.get_call_log),
    web.post("/sandbox/faults", workspace_state.change_faults),
    web.post("/sandbox/app", app_installation.change_installation),
    web.get(f"{USER_PATH}/state", user_route(workspace_state.get_state_for_person)),
    web.get(f"{USER_PATH}/stream", user_route(workspace_state.stream_changes)),
    web.post(f"{USER_PATH}/profile", user_route(workspace_state.change_profile)),
    web.get(f"{USER_PATH}/channels", user_route(messaging.list_channels)),
    web.get(f"{USER_PATH}/channels/{{channel}}/messages", user_route(messaging.list_messages)),
    web.post(f"{USER_PATH}/channels/{{channel}}/members", user_route(channel_members.invite_to_channel)),
    web.post(f"{USER_PATH}/messages", user_route(messaging.send_message)),
    web.post(f"{USER_PATH}/commands", user_route(messaging.run_command)),
    web.post(f"{USER_PATH}/files", user_route(messaging.send_files)),
    web.post(f"{USER_PATH}/uploads", user_route(messaging.upload_files)),
    web.get(f"{USER_PATH}/files/{{file}}/{{name}}", user_route(workspace_state.download_file)),
    web.post(f"{USER_PATH}/home", user_route(interactions.open_home)),
    web.get(f"{USER_PATH}/home", user_route(interactions.get_home)),
    web.post(f"{USER_PATH}/actions", user_route(interactions.click)),
    web.get(f"{USER_PATH}/views", user_route(interactions.list_views)),
    web.post(f"{USER_PATH}/views/{{view}}/submit", user_route(interactions.submit_view)),
    web.post(f"{USER_PATH}/views/{{view}}/close", user_route(interactions.close_view)),
)
