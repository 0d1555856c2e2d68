"""What people write about records, whom it concerns, and what they were told."""

from headwater.activities.models.notices import Follow, Notice, NoticeSettings
from headwater.activities.models.writings import Comment, Event, Writing

__all__ = ["Comment", "Event", "Follow", "Notice", "NoticeSettings", "Writing"]
