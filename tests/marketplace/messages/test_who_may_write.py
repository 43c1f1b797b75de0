"""Who may write to whom: the circle that a member chose, and blocks, which end every conversation."""

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import FriendsAudience, Member, Writers
from marketplace.clock import now
from marketplace.db import db as database
from marketplace.errors import NotAllowed
from marketplace.follows import service as follows
from marketplace.follows.models import Block
from marketplace.messages import policy, queries, service
from marketplace.messages.models import Message
from tests.races import at_once, committing

FORM = "once-of-the-first-form"


def befriend(one: Member, other: Member) -> None:
    follows.follow(one, other)
    follows.follow(other, one)


@pytest.mark.usefixtures("session")
class TestTheCircle:
    def test_by_default_everybody_may_write(self, ana: Member, ben: Member) -> None:
        assert policy.can_start(ana, ben)

    def test_friends_alone_are_those_who_follow_each_other(self, ana: Member, ben: Member) -> None:
        ben.writers = Writers.FRIENDS
        follows.follow(ana, ben)
        assert not queries.standing(ana, ben).is_welcome
        follows.follow(ben, ana)
        assert queries.standing(ana, ben).is_welcome

    def test_verified_members_are_those_of_whom_the_moderators_know_who_they_are(
        self, ana: Member, ben: Member
    ) -> None:
        ben.writers = Writers.VERIFIED
        assert not queries.standing(ana, ben).is_welcome
        ana.identity_verified_at, ana.identity_document = now(), "licence"
        assert queries.standing(ana, ben).is_welcome
        ana.identity_verified_at = None
        assert not queries.standing(ana, ben).is_welcome

    def test_friends_may_write_where_others_have_to_be_verified(self, ana: Member, ben: Member) -> None:
        ben.writers = Writers.VERIFIED
        befriend(ana, ben)
        assert queries.standing(ana, ben).is_welcome

    def test_friends_of_friends_share_a_friend_with_the_reader(self, ana: Member, ben: Member, cleo: Member) -> None:
        ben.writers = Writers.FRIENDS_OF_FRIENDS
        befriend(ana, cleo)
        follows.follow(cleo, ben)
        assert not queries.standing(ana, ben).is_welcome
        follows.follow(ben, cleo)
        assert queries.standing(ana, ben).is_welcome
        ben.writers = Writers.FRIENDS
        assert not queries.standing(ana, ben).is_welcome

    def test_a_friend_who_hides_their_friends_opens_no_door(self, ana: Member, ben: Member, cleo: Member) -> None:
        """Else writing would tell who their friends are."""
        ben.writers, cleo.friends_audience = Writers.FRIENDS_OF_FRIENDS, FriendsAudience.NOBODY
        befriend(ana, cleo)
        befriend(cleo, ben)
        assert not queries.standing(ana, ben).is_welcome

    def test_who_had_an_answer_may_write_again(self, ana: Member, ben: Member) -> None:
        number = service.start(ana, ben, "図版の件", "はじめまして。", FORM)
        ben.writers = Writers.FRIENDS
        assert not queries.standing(ana, ben).is_welcome
        service.reply(ben, queries.get_for(ben, number), "お返事です。", FORM)
        assert queries.standing(ana, ben).is_welcome


@pytest.mark.usefixtures("session")
class TestBlocks:
    @pytest.mark.parametrize("blocker", ["ana", "ben"])
    def test_a_block_ends_writing_for_both_and_leaves_what_was_written(
        self, ana: Member, ben: Member, blocker: str
    ) -> None:
        number = service.start(ana, ben, "図版の件", "はじめまして。", FORM)
        follows.block(*((ana, ben) if blocker == "ana" else (ben, ana)))
        for actor, other in ((ana, ben), (ben, ana)):
            thread = queries.get_for(actor, number)
            assert (thread.is_hidden, policy.can_reply(actor, thread)) == (True, False)
            with pytest.raises(NotAllowed, match="この会員には送信できません。"):
                service.reply(actor, thread, "続きです。", f"{FORM}-2")
            with pytest.raises(NotAllowed, match="この会員には送信できません。"):
                service.start(actor, other, "別の件", "。", f"{FORM}-3")
            assert [row.is_hidden for row in queries.inbox_of(actor).rows] == [True]
        assert [message.body for message in queries.messages_of(thread.conversation).rows] == ["はじめまして。"]

    def test_unblocking_lets_both_go_on(self, ana: Member, ben: Member) -> None:
        number = service.start(ana, ben, "図版の件", "はじめまして。", FORM)
        follows.block(ana, ben)
        follows.unblock(ana, ben)
        service.reply(ben, queries.get_for(ben, number), "お返事です。", FORM)

    def test_a_thread_that_was_read_before_the_block_lets_nothing_through(self, ana: Member, ben: Member) -> None:
        thread = queries.get_for(ana, service.start(ana, ben, "図版の件", "はじめまして。", FORM))
        follows.block(ben, ana)
        with pytest.raises(NotAllowed):
            service.reply(ana, thread, "続きです。", f"{FORM}-2")


@pytest.mark.real_commits
def test_nothing_is_delivered_after_a_block(app: Flask, ana: Member, ben: Member) -> None:
    with app.app_context(), db.writing():
        number = service.start(ana, ben, "図版の件", "はじめまして。", FORM)
        db.commit()

    def deed(index: int) -> None:
        if index == 7:
            follows.block(ben, ana)
            return
        try:
            if index % 2:
                service.reply(ana, queries.get_for(ana, number), "続きです。", f"{FORM}-{index}")
            else:
                service.start(ana, ben, "別の件", "。", f"{FORM}-{index}")
        except NotAllowed:
            db.rollback()

    at_once(committing(app, deed), 30)
    with app.app_context():
        blocked_at = database.session.scalars(select(Block.created_at)).one()
        assert max(database.session.scalars(select(Message.created_at))) <= blocked_at
