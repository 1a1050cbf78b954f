"""The states of a request in the citizen's words."""

from gateway.domain.access import Wording
from gateway.domain.request import Assessment, RequestState, ServiceRequest

STATES: dict[RequestState, Wording] = {
    RequestState.ACCEPTED: Wording(fa="درخواست شما ثبت شد.", en="Your request is recorded."),
    RequestState.QUEUED: Wording(
        fa="شرایط بررسی شد؛ درخواست در نوبت ارسال است.", en="The conditions are met; your request is about to be sent."
    ),
    RequestState.DELIVERED: Wording(
        fa="درخواست به واحد رسیدگی‌کننده تحویل شد.", en="The office that decides has received your request."
    ),
    RequestState.IN_REVIEW: Wording(fa="درخواست در دست بررسی است.", en="Your request is being looked at."),
    RequestState.NEEDS_INFORMATION: Wording(
        fa="برای ادامه رسیدگی اطلاعات یا مدرک دیگری لازم است.", en="More information or a document is needed from you."
    ),
    RequestState.SCHEDULED: Wording(fa="برای شما نوبت تعیین شد.", en="You have an appointment."),
    RequestState.APPROVED: Wording(fa="با درخواست شما موافقت شد.", en="Your request is granted."),
    RequestState.REJECTED: Wording(fa="با درخواست شما موافقت نشد.", en="Your request is refused."),
    RequestState.WITHDRAWN: Wording(fa="درخواست پس گرفته شد.", en="The request is withdrawn."),
    RequestState.EXPIRED: Wording(
        fa="مهلت ارائه اطلاعات گذشت و درخواست بسته شد.",
        en="The time to supply information is over; the request is closed.",
    ),
}
PENDING = Wording(
    fa="درخواست شما ثبت شد؛ شرایط آن پس از پاسخ سامانه‌ها بررسی می‌شود.",
    en="Your request is recorded; its conditions are checked when the systems answer.",
)
NOT_ELIGIBLE = Wording(
    fa="پس از بررسی، شرایط قانونی درخواست برقرار نیست.", en="It was checked: the conditions of the law are not met."
)


def words_of(request: ServiceRequest, state: RequestState) -> Wording:
    """Of one step of a request."""
    if state is RequestState.ACCEPTED and request.assessment is Assessment.PENDING:
        return PENDING
    if state is RequestState.REJECTED and request.assessment is Assessment.REFUSED:
        return NOT_ELIGIBLE
    return STATES[state]
