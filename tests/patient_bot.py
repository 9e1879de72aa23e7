"""`python -m tests.patient_bot run`: the bot as an operator starts it, with all the time in the world.

Somebody waits two seconds for the database and is then told that it is slow. On a machine that runs tests, it is. And
Bolt gives up after Slack's three seconds: what is acknowledged later never is, and Slack sends it again.
"""

from slack_bolt.listener.async_listener import AsyncCustomListener

from bot.cli.main import main
from bot.delivery import transactions
from bot.storage import Priority
from tests.waits import LONGEST

if __name__ == "__main__":
    transactions.MAX_WAIT_TO_BEGIN_SECONDS = LONGEST
    Priority.lock_timeout_ms = property(lambda _priority: int(LONGEST * 1000))  # type: ignore[assignment,method-assign]
    AsyncCustomListener.ack_timeout = property(lambda _listener: LONGEST, lambda _listener, _seconds: None)  # type: ignore[assignment]
    main()
