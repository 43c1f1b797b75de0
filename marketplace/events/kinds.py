"""The closed list of what can happen here."""

from enum import StrEnum


class EventKind(StrEnum):
    """Everything that can happen, as `<thing>.<past participle>`."""

    ACCOUNT_CREATED = "account.created"
    """Someone confirmed their address and became a member."""

    EMAIL_CHANGED = "email.changed"
    """A member's new address was confirmed."""

    EMAIL_CHANGE_UNDONE = "email_change.undone"
    """The old address took a change of address back."""

    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - a kind of event
    """A member set a new password, by the old one or by mail."""

    FACTOR_ADDED = "factor.added"
    """A member turned their second factor on."""

    FACTOR_REMOVED = "factor.removed"
    """A member turned their second factor off."""

    CODES_RENEWED = "codes.renewed"
    """A member had new recovery codes made."""

    CODE_USED = "code.used"
    """A member used a recovery code."""

    WORKER_PUBLISHED = "worker.published"
    """A member showed their profile in order to be hired."""

    WORKER_UNPUBLISHED = "worker.unpublished"
    """A worker hid their profile."""

    MEMBER_FOLLOWED = "member.followed"
    """Someone began to follow a member."""

    MEMBER_UNFOLLOWED = "member.unfollowed"
    """Someone ceased to follow a member."""

    MESSAGE_SENT = "message.sent"
    """Someone wrote to a member."""

    MEMBER_BLOCKED = "member.blocked"
    """Someone wants nothing to do with a member any more. The member is never told."""

    MEMBER_UNBLOCKED = "member.unblocked"
    """Someone took a block back."""

    FOLLOWER_REMOVED = "follower.removed"
    """A member let go of somebody who followed them. The follower is never told."""

    MESSAGE_REPORTED = "message.reported"
    """Someone showed the moderators what a member had written."""

    MEMBER_REPORTED = "member.reported"
    """Someone showed the moderators a member's page or picture."""

    TEAM_REPORTED = "team.reported"
    """Someone showed the moderators a team's page."""

    COMPANY_REPORTED = "company.reported"
    """Someone showed the moderators a company's page."""

    DECISION_MADE = "decision.made"
    """The moderators decided about something of a member's, on whom it is booked: who decided is never told."""

    REPORT_SETTLED = "report.settled"
    """The moderators decided about what a member, on whom it is booked, had shown them."""

    APPEAL_FILED = "appeal.filed"
    """A member asked for a decision to be looked at by another moderator."""

    APPEAL_DECIDED = "appeal.decided"
    """Another moderator looked at a decision again; booked on whoever had asked for it."""

    REQUEST_ACCEPTED = "request.accepted"
    """Someone whom not everybody may write to let a conversation begin."""

    REQUEST_DECLINED = "request.declined"
    """Someone whom not everybody may write to did not want a conversation. The writer is never told."""

    TEAM_CREATED = "team.created"
    """Someone founded a team."""

    TEAM_DISSOLVED = "team.dissolved"
    """An owner ended a team."""

    TEAM_HANDED_OVER = "team.handed_over"
    """An owner made a member an owner in their own place."""

    TEAM_MEMBER_INVITED = "team.member_invited"
    """A team offered a member a place."""

    TEAM_MEMBER_LEFT = "team.member_left"
    """A member left a team by themselves."""

    TEAM_MEMBER_EXPELLED = "team.member_expelled"
    """An owner took a member's place in a team away."""

    INVITATION_ACCEPTED = "invitation.accepted"
    """A member took the place that a team had offered."""

    INVITATION_DECLINED = "invitation.declined"
    """A member did not want the place that a team had offered."""

    INVITATION_WITHDRAWN = "invitation.withdrawn"
    """A team took its offer back."""

    INVITATION_EXPIRED = "invitation.expired"
    """An offer of a place was not answered in time."""

    INVITATION_REOPENED = "invitation.reopened"
    """A member took their answer to an offer back: it waits again."""

    JOINING_ASKED = "joining.asked"
    """A member asked for a place in a team."""

    JOINING_ACCEPTED = "joining.accepted"
    """A team gave a member the place they had asked for."""

    JOINING_DECLINED = "joining.declined"
    """A team did not give a member the place they had asked for."""

    JOINING_WITHDRAWN = "joining.withdrawn"
    """A member no longer asks for a place in a team."""

    JOINING_REOPENED = "joining.reopened"
    """A team took its answer to a request back: it waits again."""

    COMPANY_REGISTERED = "company.registered"
    """Someone registered a company that they belong to."""

    COMPANY_CLOSED = "company.closed"
    """An owner ended the page of a company."""

    COMPANY_MERGED = "company.merged"
    """Moderators made two registrations of a company one."""

    COMPANY_HANDED_OVER = "company.handed_over"
    """An owner made somebody of the company an owner."""

    COMPANY_MEMBER_LEFT = "company.member_left"
    """A member said that they do not belong to a company any more."""

    DOMAIN_CONFIRMED = "domain.confirmed"
    """An owner of a company confirmed an address at its domain."""

    BELONGING_PROVEN = "belonging.proven"
    """A member showed by an address of its domain that they belong to a company."""

    BELONGING_ASKED = "belonging.asked"
    """A member asked a company to say that they belong to it."""

    BELONGING_ACCEPTED = "belonging.accepted"
    """A company said that a member who had asked belongs to it."""

    BELONGING_DECLINED = "belonging.declined"
    """A company did not say that a member who had asked belongs to it."""

    BELONGING_WITHDRAWN = "belonging.withdrawn"
    """A member no longer asks a company."""

    BELONGING_REMOVED = "belonging.removed"
    """An owner said that a member does not belong to the company any more."""

    IDENTITY_APPROVED = "identity.approved"
    """The moderators saw from papers who a member is."""

    IDENTITY_RETURNED = "identity.returned"
    """The moderators sent papers of identity back, or did not decide in time."""

    IDENTITY_LOST = "identity.lost"
    """A verified member changed what the papers had been compared with."""

    PROOF_APPROVED = "proof.approved"
    """The moderators saw the certificate of a qualification."""

    PROOF_RETURNED = "proof.returned"
    """The moderators sent a certificate back, or did not decide in time."""

    JOB_PUBLISHED = "job.published"
    """Somebody offers work to everybody."""

    JOB_CHANGED = "job.changed"
    """A poster changed what those who had applied had read."""

    JOB_CLOSED = "job.closed"
    """A job looks for nobody any more."""

    JOB_REPORTED = "job.reported"
    """Someone showed the moderators a job."""

    ANSWER_PUBLISHED = "answer.published"
    """A poster showed a question with its answer on the page of a job."""

    APPLICATION_ASKED = "application.asked"
    """An owner of a team wants to apply with a member, who has yet to say that they take part."""

    APPLICATION_JOINED = "application.joined"
    """A member takes part in an application of their team."""

    APPLICATION_REFUSED = "application.refused"
    """A member does not take part in an application of their team."""

    APPLICATION_SENT = "application.sent"
    """A worker or a team applied for a job."""

    APPLICATION_ACCEPTED = "application.accepted"
    """A client wants to agree on terms with an applicant."""

    APPLICATION_DECLINED = "application.declined"
    """A client did not choose an applicant."""

    APPLICATION_TAKEN = "application.taken"
    """An applicant took an application back."""

    APPLICATION_EXPIRED = "application.expired"
    """A client did not answer an application in time."""

    CONTRACT_PROPOSED = "contract.proposed"
    """Somebody proposed terms to a worker, a team or a client for the first time."""

    CONTRACT_REFUSED = "contract.refused"
    """A party did not want to agree."""

    CONTRACT_WITHDRAWN = "contract.withdrawn"
    """Whoever had proposed a contract took it back."""

    TERMS_PROPOSED = "terms.proposed"
    """A party proposed another version of the terms."""

    TERMS_AGREED = "terms.agreed"
    """Both parties agreed to a version of the terms."""

    TERMS_REFUSED = "terms.refused"
    """A party did not agree to a version that would have taken the place of another."""

    CONTRACT_NOTICED = "contract.noticed"
    """The terms that were agreed were told to a worker, or by a leader to a member of the team, by a notice."""

    CONTRACT_WRITTEN = "contract.written"
    """Somebody wrote something on the timeline of a contract."""

    CONTRACT_LATE = "contract.late"
    """A worker said in advance that the day of delivery will not be kept."""

    CONTRACT_DELIVERED = "contract.delivered"
    """A worker delivered."""

    CONTRACT_REVISED = "contract.revised"
    """A client asked for what was delivered to be worked over."""

    CONTRACT_ACCEPTED = "contract.accepted"
    """A client accepted what was delivered, or nobody said otherwise in time."""

    CONTRACT_PAID = "contract.paid"
    """A client reported a payment."""

    CONTRACT_COMPLETED = "contract.completed"
    """A worker confirmed the payment: both have done their part."""

    CONTRACT_ENDING = "contract.ending"
    """A party asked for an early end."""

    CONTRACT_ENDED = "contract.ended"
    """A contract ended early."""

    CONTRACT_REMINDED = "contract.reminded"
    """A day that both should know of comes near."""

    SHARE_ASKED = "share.asked"
    """A member of a team was asked whether they take part in its contract for a part of the reward."""

    SHARES_CONFIRMED = "shares.confirmed"
    """The last of those who were asked takes part."""

    SHARE_REFUSED = "share.refused"
    """A member of a team does not take part so."""

    REVIEW_WRITTEN = "review.written"
    """A party wrote what it was like to work with the other."""

    REVIEW_REVEALED = "review.revealed"
    """What both parties wrote of each other can be read."""

    REVIEW_REPLIED = "review.replied"
    """A party answered what the other had written of them."""

    SECRECY_PROPOSED = "secrecy.proposed"
    """A party asked for an agreement of confidentiality."""

    SECRECY_SIGNED = "secrecy.signed"
    """Somebody signed an agreement of confidentiality."""

    SECRECY_REFUSED = "secrecy.refused"
    """Somebody did not sign an agreement of confidentiality."""
