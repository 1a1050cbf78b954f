"""The rules of a premium list, and how far one has come, in the employer's words."""

from collections.abc import Mapping

from gateway.domain.access import Wording
from gateway.domain.premium_list import IntakeAnswer, PremiumListState

RULES: Mapping[str, Wording] = {
    "table.header": Wording(
        fa="فایل ارسالی جدول DBF (dBASE III) نیست یا سرآغاز آن ناقص است.",
        en="The file is no DBF table (dBASE III), or its header is damaged.",
    ),
    "table.columns": Wording(fa="فهرست ستون‌های فایل نادرست است.", en="The columns of the file are described wrongly."),
    "table.record-length": Wording(
        fa="طول رکوردها با ستون‌های فایل سازگار نیست.", en="Records are not as long as the columns say."
    ),
    "table.whole": Wording(
        fa="فایل ناقص است یا تعداد رکوردها با سرآغاز آن یکی نیست.",
        en="The file was cut off, or has not as many records as its header says.",
    ),
    "table.records-within-limit": Wording(
        fa="تعداد رکوردهای فایل بیش از حد مجاز است.", en="The file has more records than are taken."
    ),
    "table.records-begin": Wording(
        fa="آغاز این رکورد درست نیست؛ رکوردها جابه‌جا شده‌اند.",
        en="The record does not begin as one: records are out of place.",
    ),
    "columns.present": Wording(fa="یک ستون لازم در فایل نیست.", en="A column that is needed is missing."),
    "header.one-record": Wording(
        fa="فایل کارگاه (DSKKAR00) باید دقیقاً یک رکورد داشته باشد.",
        en="The workshop's file (DSKKAR00) must have exactly one record.",
    ),
    "header.kind-is-zero": Wording(fa="نوع لیست باید صفر باشد.", en="The kind of the list must be 0."),
    "list.month": Wording(
        fa="سال باید دو رقم و ماه از ۱ تا ۱۲ باشد.", en="The year has two digits, and the month is 1 to 12."
    ),
    "list.of-the-workshop": Wording(
        fa="کد کارگاه در فایل با کارگاهی که لیست برای آن ارسال شده یکی نیست.",
        en="The workshop in the file is not the one that the list is sent for.",
    ),
    "list.workers-counted": Wording(
        fa="تعداد کارکنان با تعداد ردیف‌های فایل کارکنان یکی نیست.",
        en="The number of workers is not the number of rows in the workers' file.",
    ),
    "list.sum": Wording(
        fa="جمع اعلام‌شده با جمع ردیف‌های کارکنان یکی نیست.",
        en="The sum is not the sum of the workers' rows.",
    ),
    "list.insurable-adds-up": Wording(
        fa="جمع دستمزد و مزایای مشمول با حاصل جمع دستمزد ماهانه و مزایا یکی نیست.",
        en="The insurable total is not the monthly wage and the benefits together.",
    ),
    "list.share": Wording(
        fa="مبلغ حق بیمه با نرخ قانونی آن از دستمزد و مزایای مشمول سازگار نیست.",
        en="The premium is not its share, by law, of the insurable total.",
    ),
    "pair.same-workshop": Wording(fa="کد کارگاه در دو فایل یکی نیست.", en="The two files name different workshops."),
    "pair.same-month": Wording(fa="سال و ماه در دو فایل یکی نیست.", en="The two files name different months."),
    "pair.same-number": Wording(fa="شماره لیست در دو فایل یکی نیست.", en="The two files have different list numbers."),
    "worker.days-of-month": Wording(
        fa="روزهای کارکرد بیش از روزهای آن ماه است.", en="There are more days than the month has."
    ),
    "worker.national-code": Wording(fa="کد ملی معتبر نیست.", en="The national code is not valid."),
    "worker.insurance-number": Wording(
        fa="شماره بیمه باید ۸ تا ۱۰ رقم باشد.", en="An insurance number has 8 to 10 digits."
    ),
    "worker.once": Wording(fa="این شخص دو بار در لیست آمده است.", en="The same person stands in the list twice."),
    "worker.sex-in-words": Wording(
        fa="جنسیت باید «مرد» یا «زن» نوشته شود.", en="The sex is written as a word, «مرد» or «زن»."
    ),
    "workshop.ten-digits": Wording(fa="کد کارگاه باید ده رقم باشد.", en="The code of a workshop has ten digits."),
    "number.whole": Wording(
        fa="در این ستون باید عدد صحیح و نامنفی باشد.", en="This column must hold a whole number, not below 0."
    ),
    "date.in-the-calendar": Wording(fa="تاریخ معتبر نیست.", en="There is no such date."),
    "text.readable": Wording(
        fa="متن با هیچ‌یک از کدهای CP1256 و ایران‌سیستم خوانده نمی‌شود.",
        en="The text can be read in neither CP1256 nor Iran System.",
    ),
    "text.one-line": Wording(fa="متن نباید شکست سطر داشته باشد.", en="The text must not have a line break."),
    "text.without-marks": Wording(
        fa="متن نباید هیچ‌یک از نشانه‌های \" ' > < & را داشته باشد.",
        en="The text must have none of the marks \" ' > < &.",
    ),
    "text.begins-at-once": Wording(fa="متن نباید با فاصله آغاز شود.", en="The text must not begin with a space."),
}

SUBMISSIONS: Mapping[PremiumListState, Wording] = {
    PremiumListState.ACCEPTED: Wording(
        fa="لیست شما ثبت شد و به شعبه فرستاده می‌شود.", en="Your list is recorded here and on its way to the branch."
    ),
    PremiumListState.RECORDED: Wording(
        fa="شعبه لیست را در سوابق کارکنان ثبت کرد.", en="The branch has entered the list in the workers' records."
    ),
    PremiumListState.REFUSED: Wording(fa="شعبه لیست را نپذیرفت.", en="The branch has not taken the list."),
}
REFUSALS: Mapping[IntakeAnswer, Wording] = {
    IntakeAnswer.UNKNOWN_WORKSHOP: Wording(
        fa="شعبه این کارگاه را نمی‌شناسد.", en="The branch does not know this workshop."
    ),
    IntakeAnswer.ALREADY_LISTED: Wording(
        fa="شعبه لیستی با همین ماه، شماره و ردیف پیمان از این کارگاه دارد.",
        en="The branch has a list of this workshop with the same month, number and contract row.",
    ),
}
