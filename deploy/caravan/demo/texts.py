"""Texts of the demo in Russian and English."""

from babel import Locale

from servicekit.texts import formats

NOUNS: dict[str, dict[str, str | tuple[str, str, str] | tuple[str, str]]] = {
    "organisation": {"ru": ("организация", "организации", "организаций"), "en": ("organisation", "organisations")},
    "guest": {"ru": ("гость", "гостя", "гостей"), "en": ("guest", "guests")},
    "host": {"ru": ("хозяин", "хозяина", "хозяев"), "en": ("host", "hosts")},
    "delegate": {"ru": ("делегат", "делегата", "делегатов"), "en": ("delegate", "delegates")},
    "application": {"ru": ("заявка", "заявки", "заявок"), "en": ("application", "applications")},
    "request": {"ru": ("запрос", "запроса", "запросов"), "en": ("request", "requests")},
    "meeting": {"ru": ("встреча", "встречи", "встреч"), "en": ("meeting", "meetings")},
    "pair": {"ru": ("пара", "пары", "пар"), "en": ("pair", "pairs")},
    "letter": {"ru": ("письмо", "письма", "писем"), "en": ("letter", "letters")},
    "person": {"ru": ("человек", "человека", "человек"), "en": ("person", "people")},
    "agreement": {"ru": ("соглашение", "соглашения", "соглашений"), "en": ("agreement", "agreements")},
    "figure": {"ru": ("показатель", "показателя", "показателей"), "en": ("figure", "figures")},
}

TITLES = {
    "opening": {"ru": "Приём заявок открыт", "en": "Applications open"},
    "approvals": {"ru": "Заявки рассмотрены", "en": "Applications reviewed"},
    "recommendations": {"ru": "Рекомендации разосланы", "en": "Recommendations sent"},
    "requests": {"ru": "Запросы на встречи", "en": "Meeting requests"},
    "timetable": {"ru": "Расписание опубликовано", "en": "Timetable published"},
    "late_arrival": {"ru": "Опоздание", "en": "Late arrival"},
    "cancellation": {"ru": "Отмена участия", "en": "Cancellation"},
    "early_leave": {"ru": "Ранний отъезд", "en": "Early departure"},
    "no_show": {"ru": "Неявка", "en": "No-show"},
    "incident": {"ru": "Происшествие", "en": "Incident"},
    "end": {"ru": "Переговоры завершены", "en": "Meetings are over"},
    "signing": {"ru": "Соглашения подписаны", "en": "Agreements signed"},
    "checks": {"ru": "Контрольная проверка", "en": "Follow-up check"},
    "report": {"ru": "Отчёт", "en": "Report"},
}

LINES = {
    "fictional": {
        "ru": "Все организации и люди вымышлены.",
        "en": "Every organisation and person is fictional.",
    },
    "applied": {"ru": "{guests}, {hosts}, {people}", "en": "{guests}, {hosts}, {people}"},
    "approved": {"ru": "{region}: {applications}, одобрено", "en": "{region}: {applications} approved"},
    "recommended": {"ru": "Предложено {pairs}. Самые близкие:", "en": "{pairs} proposed. The closest:"},
    "best": {"ru": "{guest} — {host}", "en": "{guest} — {host}"},
    "reason": {"ru": "ищут: {need}; предлагают: {offer}", "en": "sought: {need}; offered: {offer}"},
    "shared": {"ru": "ищут оба: {need}; {offer}", "en": "both seek: {need}; {offer}"},
    "requested": {
        "ru": "{requests}: принято {accepted}, отклонено {declined}, без ответа {pending}",
        "en": "{requests}: {accepted} accepted, {declined} declined, {pending} unanswered",
    },
    "crossed": {
        "ru": "{one} и {other} уже договариваются: второй запрос не нужен",
        "en": "{one} and {other} are asking already: no second request",
    },
    "request_unclear": {
        "ru": "{one} — {other}: статус запроса «{status}» неизвестен, запрос остался без ответа",
        "en": "{one} — {other}: nobody knows the request status {status}, it was left unanswered",
    },
    "check_unclear": {
        "ru": "Соглашение {agreement}: статус проверки «{status}» неизвестен, ответ не внесён",
        "en": "Agreement {agreement}: nobody knows the check status {status}, no answer was recorded",
    },
    "scheduled": {
        "ru": "{meetings}, вне расписания {unplaced}",
        "en": "{meetings}, {unplaced} without a place",
    },
    "proven": {
        "ru": "Ценность {value}: больше не бывает, доказано за {seconds}",
        "en": "Value {value}: none is better, proven in {seconds}",
    },
    "bounded": {
        "ru": "Ценность {value}, граница {bound}, за {seconds}",
        "en": "Value {value}, at most {bound}, in {seconds}",
    },
    "who": {"ru": "{who}: {reason}", "en": "{who}: {reason}"},
    "whom": {"ru": "{who}", "en": "{who}"},
    "changed": {
        "ru": "Перенесено {moved}, снято {dropped}, добавлено {added}",
        "en": "{moved} moved, {dropped} dropped, {added} added",
    },
    "moved": {
        "ru": "{guest} — {host}: было {before}, стало {after}",
        "en": "{guest} — {host}: was {before}, now {after}",
    },
    "dropped": {"ru": "{guest} — {host}: снята, {reason}", "en": "{guest} — {host}: dropped, {reason}"},
    "told": {"ru": "Сообщено: {people}, {letters}", "en": "Told: {people}, {letters}"},
    "told_nobody": {"ru": "Ни у кого день не изменился, писем нет", "en": "Nobody's day changed, no letters"},
    "held": {"ru": "Проведено: {meetings}", "en": "Held: {meetings}"},
    "missed": {"ru": "{guest} — {host}: встреча не состоялась", "en": "{guest} — {host}: somebody did not come"},
    "more": {"ru": "и ещё {number}", "en": "and {number} more"},
    "place": {"ru": "{when}, стол {table}", "en": "{when}, table {table}"},
    "signed": {
        "ru": "{agreements}, с суммой {amounts}: {total}",
        "en": "{agreements}, {amounts} with an amount: {total}",
    },
    "signed_plain": {"ru": "{agreements}, суммы не названы", "en": "{agreements}, no amounts given"},
    "checked": {
        "ru": "{months} мес.: исполнено {realised}, частично {partially}, в работе {progress}, "
        "не исполнено {not_realised}, нет ответа {no_response}",
        "en": "{months} months: {realised} realised, {partially} partially, {progress} in progress, "
        "{not_realised} not realised, {no_response} without answer",
    },
    "sum": {"ru": "Сумма нарастающим итогом: {total}", "en": "Cumulative amount: {total}"},
    "letters": {"ru": "Отправлено {letters}", "en": "{letters} sent"},
    "equal": {"ru": "Отчёт совпал с ожидаемым: {figures}", "en": "The report is as expected: {figures}"},
    "unequal": {
        "ru": "Отчёт расходится с ожидаемым: {figures}",
        "en": "The report differs from what was expected: {figures}",
    },
    "nothing_expected": {
        "ru": "В файле нет ожидаемого отчёта: сравнивать не с чем",
        "en": "The file expects no report",
    },
    "not_understood": {
        "ru": "Событие {incident} не понято (вид {type}): пропущено",
        "en": "Incident {incident} is not understood (type {type}): skipped",
    },
    "outside": {
        "ru": "Событие {incident} не затрагивает дней миссии: ничего не изменилось",
        "en": "Incident {incident} lies outside the mission's days: nothing changed",
    },
    "gone": {"ru": "{who}: выбыли раньше", "en": "{who} left before"},
    "no_meeting": {"ru": "Нет встречи, к которой относится неявка", "en": "There is no meeting that anybody missed"},
    "refused": {"ru": "Отказ: {cause}", "en": "Refused: {cause}"},
    "played": {"ru": "Сыграно за {seconds}", "en": "Played in {seconds}"},
    "look": {"ru": "Где смотреть", "en": "Where to look"},
    "sign in": {
        "ru": "Войти организатором (один раз, десять минут): {link}",
        "en": "Sign in as the organiser (once, ten minutes): {link}",
    },
    "leave": {"ru": "Платформа работает; остановить — Ctrl-C", "en": "The platform keeps running; stop it with Ctrl-C"},
}

PAGES = {
    "mission": {"ru": "миссия и участники", "en": "mission and participants"},
    "recommendations": {"ru": "рекомендации", "en": "recommendations"},
    "timetable": {"ru": "расписание зала", "en": "hall timetable"},
    "report": {"ru": "отчёт", "en": "report"},
    "mailbox": {"ru": "почтовый ящик", "en": "mailbox"},
}

REASONS = {
    "withdrawn": {"ru": "участник выбыл", "en": "one side has left"},
    "avoided": {"ru": "одна сторона просила не назначать встречу", "en": "one side asked not to meet"},
    "no_common_slot": {"ru": "нет общего времени", "en": "no time suits both"},
    "hall_full": {"ru": "все столы заняты", "en": "every table is taken"},
    "day_cap_reached": {"ru": "у одной стороны больше нет встреч на день", "en": "one side's day is full"},
    "people_busy": {"ru": "люди заняты на других встречах", "en": "people are in other meetings"},
    "free_place_left": {"ru": "место есть, встреча не назначена", "en": "a place is free, nobody was asked"},
}
"""Why a pair has no meeting, by the reason in the API."""


def reason_text(word: str, language: str) -> str:
    """Return the text of a reason; an unknown reason is returned unchanged."""
    return REASONS.get(word, {}).get(language, word)


def count_noun(number: int, noun: str, language: str) -> str:
    """Return a number with its noun in the right form: «24 гостя», "24 guests"."""
    forms = NOUNS[noun][language]
    form = {"one": 0, "few": 1}.get(Locale.parse(language).plural_form(number), -1)
    return f"{formats.number(number, language=language)}{formats.NO_BREAK}{forms[form]}"
