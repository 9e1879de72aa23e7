"""The kinds that the tests of the engine and of learning count with.

They name these kinds, so that a kind which is added to `bot.kinds` changes no count here. Its own tests go beside
`tests/kinds/test_a_new_kind.py`.
"""

from bot.domain.schedule import DeliveryKindName
from bot.kinds import KINDS as ALL_KINDS
from bot.slack.message_kind import MessageKinds

KINDS: MessageKinds = {name: kind for name, kind in ALL_KINDS.items() if name in set(DeliveryKindName)}
