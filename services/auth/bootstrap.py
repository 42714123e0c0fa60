"""Wires auth: which adapter stands behind which port."""

from dataclasses import dataclass

from chassis.db import Database
from chassis.settings import InstitutionSettings
from services.auth.adapters.captcha_images import CaptchaImages
from services.auth.adapters.clock import utc_now
from services.auth.adapters.common_passwords import is_listed
from services.auth.adapters.hasher import Argon2Hasher
from services.auth.adapters.push.encryption import is_public_key
from services.auth.adapters.spoken_codes import SpokenCodes
from services.auth.adapters.store import PostgresStore
from services.auth.adapters.whereabouts import Describer
from services.auth.application.activation_rules import ActivationRules
from services.auth.application.announce_position import AnnouncePosition
from services.auth.application.call_back import CallBack
from services.auth.application.change_password import ChangePassword
from services.auth.application.change_state import ChangeState
from services.auth.application.check_password import CheckPassword
from services.auth.application.choose_password import ChoosePassword
from services.auth.application.confirm_email import ConfirmEmail
from services.auth.application.confirm_holder import ConfirmHolder
from services.auth.application.end_sessions import EndOtherSessions, EndSession
from services.auth.application.enrol_email import EnrolEmail
from services.auth.application.erase_trail import EraseTrail
from services.auth.application.guard import Guard
from services.auth.application.hand_out_codes import HandOutCodes
from services.auth.application.identify import Identify
from services.auth.application.import_agents import ImportAgents
from services.auth.application.list_activity import ListActivity
from services.auth.application.list_agents import ListAgents
from services.auth.application.list_sessions import ListSessions
from services.auth.application.make_agent import MakeAgent
from services.auth.application.make_recovery_codes import MakeRecoveryCodes
from services.auth.application.new_challenge import NewChallenge
from services.auth.application.new_password import NewPassword
from services.auth.application.open_activations import OpenActivations
from services.auth.application.ports import Clock, Describe, Run, in_place
from services.auth.application.push.answer import AnswerPushCalls
from services.auth.application.redeem_code import RedeemCode
from services.auth.application.renew_hash import RenewHash
from services.auth.application.reset_password import ResetPassword
from services.auth.application.sessions import Sessions
from services.auth.application.set_recovery_email import SetRecoveryEmail
from services.auth.application.show_challenge import ShowChallenge
from services.auth.application.sign_in import SignIn
from services.auth.application.sign_out import SignOut
from services.auth.application.stop_reopening import StopReopening
from services.auth.application.sweep import Sweep
from services.auth.application.trail_position import TrailPosition
from services.auth.application.verify_password import VerifyPassword
from services.auth.application.verify_trail import VerifyTrail
from services.auth.application.view_account import ViewAccount
from services.auth.domain.digests import KeyRing
from services.auth.settings import StoreSettings


@dataclass(frozen=True)
class Auth:
    """Everything that auth can do."""

    sign_in: SignIn
    choose_password: ChoosePassword
    verify_password: VerifyPassword
    new_challenge: NewChallenge
    show_challenge: ShowChallenge
    change_password: ChangePassword
    sign_out: SignOut
    change_state: ChangeState
    sessions: Sessions
    list_sessions: ListSessions
    list_activity: ListActivity
    end_session: EndSession
    end_other_sessions: EndOtherSessions
    confirm_holder: ConfirmHolder
    identify: Identify
    redeem_code: RedeemCode
    reset_password: ResetPassword
    confirm_email: ConfirmEmail
    view_account: ViewAccount
    set_recovery_email: SetRecoveryEmail
    make_recovery_codes: MakeRecoveryCodes
    describe: Describe
    open_activations: OpenActivations
    hand_out_codes: HandOutCodes
    call_back: CallBack
    stop_reopening: StopReopening
    import_agents: ImportAgents
    list_agents: ListAgents
    make_agent: MakeAgent
    announce_position: AnnouncePosition
    sweep: Sweep
    verify_trail: VerifyTrail
    trail_position: TrailPosition
    erase_trail: EraseTrail
    answer_push_calls: AnswerPushCalls


def build(
    settings: StoreSettings,
    institution: InstitutionSettings,
    database: Database,
    *,
    run: Run = in_place,
    clock: Clock = utc_now,
) -> Auth:
    """`run` executes blocking functions off the caller's loop."""
    store = PostgresStore(database)
    keys = KeyRing(settings.hmac_keys())
    domain, policy = institution.institution.domain, institution.auth
    hasher = Argon2Hasher(
        time_cost=settings.auth_argon2_time_cost,
        memory_kib=settings.auth_argon2_memory_kib,
        threads=settings.auth_hash_threads,
        run=run,
    )
    rules = ActivationRules(policy)
    sessions = Sessions(store, clock, policy)
    guard = Guard(keys, policy.throttle, hasher.is_crowded)
    new_password = NewPassword(hasher, is_listed, keys, sessions, clock, run)
    enrol_email = EnrolEmail(domain)
    confirm_holder = ConfirmHolder(store, hasher, keys, guard, sessions, clock)
    describe = Describer(institution.networks, run)
    renew_hash = RenewHash(store, hasher)
    check_password = CheckPassword(store, hasher, keys, guard, clock, domain)
    return Auth(
        sign_in=SignIn(store, keys, check_password, renew_hash, sessions, rules, clock, policy.ticket_minutes),
        choose_password=ChoosePassword(store, keys, new_password, rules, enrol_email, clock),
        open_activations=OpenActivations(store, keys, clock, rules),
        hand_out_codes=HandOutCodes(store, keys, clock, rules),
        call_back=CallBack(store, keys, clock, rules, domain),
        stop_reopening=StopReopening(store, keys, sessions, clock),
        verify_password=VerifyPassword(store, keys, check_password, clock),
        new_challenge=NewChallenge(store, keys, guard, clock),
        show_challenge=ShowChallenge(keys, CaptchaImages(run), SpokenCodes(run), clock),
        change_password=ChangePassword(store, keys, confirm_holder, new_password, sessions, clock),
        sign_out=SignOut(store, keys, clock),
        change_state=ChangeState(store, keys, clock, domain),
        sessions=sessions,
        list_sessions=ListSessions(store, sessions, describe, clock),
        list_activity=ListActivity(store, sessions, describe, clock, policy.trail_months),
        end_session=EndSession(store, keys, sessions, clock),
        end_other_sessions=EndOtherSessions(store, keys, sessions, clock),
        confirm_holder=confirm_holder,
        identify=Identify(store, keys, guard, clock, policy),
        redeem_code=RedeemCode(store, keys, guard, clock, policy),
        reset_password=ResetPassword(store, keys, new_password, clock),
        confirm_email=ConfirmEmail(store, keys, clock),
        view_account=ViewAccount(store, keys, sessions),
        set_recovery_email=SetRecoveryEmail(store, keys, confirm_holder, sessions, enrol_email, clock),
        make_recovery_codes=MakeRecoveryCodes(store, keys, confirm_holder, sessions, clock),
        describe=describe,
        import_agents=ImportAgents(store, keys, clock, policy, domain),
        list_agents=ListAgents(store),
        make_agent=MakeAgent(store, keys, hasher, new_password, clock, domain),
        announce_position=AnnouncePosition(store, clock),
        sweep=Sweep(store, clock, sessions),
        verify_trail=VerifyTrail(store, keys),
        trail_position=TrailPosition(store),
        erase_trail=EraseTrail(store, keys, clock, policy.trail_months),
        answer_push_calls=AnswerPushCalls(store, clock, is_public_key),
    )
