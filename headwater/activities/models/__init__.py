"""What people write about records, whom it concerns, and what they were told."""

from headwater.activities.models.comments import Comment
from headwater.activities.models.notices import Follow, Notice, NoticeSettings

__all__ = ["Comment", "Follow", "Notice", "NoticeSettings"]
