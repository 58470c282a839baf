"""What each season of the demo asks and promises, in three languages."""

from __future__ import annotations

from typing import Any

from award.models.seasons import ConsentScope, PrizeKind, QuestionKind, Visibility

Text = dict[str, str]


def text(ru: str, en: str, de: str) -> Text:
    """Return a text in the three languages."""
    return {"ru": ru, "en": en, "de": de}


CATEGORIES = (
    (
        "inclusion",
        text("Инклюзия", "Inclusion", "Inklusion"),
        text(
            "Чтобы каждый мог войти, понять и участвовать.",
            "So that everybody can come in, understand and take part.",
            "Damit alle hineinkommen, verstehen und mitmachen können.",
        ),
    ),
    (
        "environment",
        text("Природа", "Environment", "Umwelt"),
        text(
            "Вода, лес, воздух и отходы рядом с домом.",
            "Water, woods, air and waste close to home.",
            "Wasser, Wald, Luft und Abfall vor der Haustür.",
        ),
    ),
    (
        "city",
        text("Город и соседи", "City and neighbours", "Stadt und Nachbarschaft"),
        text(
            "Дворы, дороги, праздники и люди, которые живут рядом.",
            "Yards, roads, street festivals and the people who live next door.",
            "Höfe, Wege, Feste und die Menschen von nebenan.",
        ),
    ),
    (
        "education",
        text("Образование", "Education", "Bildung"),
        text(
            "Новые способы учить и учиться, в школе и после неё.",
            "New ways to teach and to learn, at school and after it.",
            "Neue Wege, zu lehren und zu lernen, in der Schule und danach.",
        ),
    ),
)
QUESTIONS: tuple[tuple[str, QuestionKind, Text, Text, dict[str, Any], Visibility, bool], ...] = (
    (
        "problem",
        QuestionKind.LONG_TEXT,
        text("Проблема", "Problem", "Problem"),
        text(
            "Кого она касается и откуда вы о ней знаете?",
            "Whom does it concern, and how do you know?",
            "Wen betrifft es, und woher wissen Sie davon?",
        ),
        {"max_words": 250},
        Visibility.JURORS,
        True,
    ),
    (
        "solution",
        QuestionKind.LONG_TEXT,
        text("Решение", "Solution", "Lösung"),
        text(
            "Что вы делаете и почему это сработает?",
            "What do you do, and why will it work?",
            "Was tun Sie, und warum wird es wirken?",
        ),
        {"max_words": 300},
        Visibility.JURORS,
        True,
    ),
    (
        "done",
        QuestionKind.LONG_TEXT,
        text("Что уже сделано", "What is done already", "Was schon getan ist"),
        text("Лучше всего с цифрами.", "Best with figures.", "Am besten mit Zahlen."),
        {"max_words": 200},
        Visibility.JURORS,
        True,
    ),
    (
        "budget",
        QuestionKind.NUMBER,
        text("Сколько нужно, рублей", "How much is needed, roubles", "Bedarf in Rubel"),
        {},
        {"minimum": 0, "maximum": 3000000},
        Visibility.JURORS,
        True,
    ),
    (
        "presentation",
        QuestionKind.FILE,
        text("Презентация или фото", "Slides or pictures", "Folien oder Bilder"),
        text("PDF, PNG или JPEG.", "PDF, PNG or JPEG.", "PDF, PNG oder JPEG."),
        {"extensions": ["pdf", "png", "jpg"], "max_files": 3, "max_megabytes": 15},
        Visibility.JURORS,
        False,
    ),
    (
        "heard_from",
        QuestionKind.ONE_CHOICE,
        text("Откуда вы о нас узнали?", "Where did you hear of us?", "Woher kennen Sie uns?"),
        {},
        {},
        Visibility.STAFF,
        False,
    ),
)
HEARD = [
    {"key": "workshop", "label": text("Воркшоп", "Workshop", "Workshop")},
    {"key": "university", "label": text("Вуз или колледж", "University", "Hochschule")},
    {"key": "friends", "label": text("Друзья", "Friends", "Freunde")},
]
PUBLISHED = {"solution", "done", "presentation"}
CONSENTS = (
    (
        "rules",
        ConsentScope.ENTRY,
        text("Правила программы", "Rules of the award", "Regeln des Preises"),
        text(
            "Мы прочитали правила и согласны с ними.",
            "We have read the rules and agree to them.",
            "Wir haben die Regeln gelesen und stimmen ihnen zu.",
        ),
    ),
    (
        "personal_data",
        ConsentScope.MEMBER,
        text("Обработка данных", "Use of my data", "Verarbeitung meiner Daten"),
        text(
            "Я даю согласие на обработку моих имени, даты рождения и адреса почты для проведения программы.",
            "I agree that my name, birth date and e-mail address are used to run the award.",
            "Ich stimme zu, dass mein Name, mein Geburtsdatum und meine E-Mail-Adresse für den Preis verwendet werden.",
        ),
    ),
    (
        "publication",
        ConsentScope.MEMBER,
        text("Публикация имени", "Publishing my name", "Veröffentlichung meines Namens"),
        text(
            "Если мы победим, моё имя можно назвать на странице победителей.",
            "If we win, my name may stand on the winners' page.",
            "Wenn wir gewinnen, darf mein Name auf der Seite der Preisträger:innen stehen.",
        ),
    ),
)
PRIZES = (
    (
        PrizeKind.MAIN,
        1,
        text("Первая премия", "First prize", "Erster Preis"),
        text(*["300 000 ₽"] * 3),
        "",
    ),
    (
        PrizeKind.MAIN,
        2,
        text("Вторая премия", "Second prize", "Zweiter Preis"),
        text(*["200 000 ₽"] * 3),
        "",
    ),
    (
        PrizeKind.MAIN,
        3,
        text("Третья премия", "Third prize", "Dritter Preis"),
        text(*["120 000 ₽"] * 3),
        "",
    ),
    (
        PrizeKind.SPECIAL,
        None,
        text("Приз партнёра", "Partner's prize", "Partnerpreis"),
        text("Наставник на год", "A mentor for a year", "Ein Jahr Mentoring"),
        "Банк «Причал»",
    ),
    (
        PrizeKind.COMMUNITY,
        None,
        text("Приз зрительских симпатий", "Community award", "Publikumspreis"),
        text(*["80 000 ₽"] * 3),
        "",
    ),
)

FAQ = (
    (
        text("Можно ли участвовать одному?", "May I enter alone?", "Darf ich allein teilnehmen?"),
        text(
            "Да. Команда может состоять и из одного человека; позвать других можно до конца приёма.",
            "Yes. A team may be one person; you can invite others until the deadline.",
            "Ja. Ein Team kann aus einer Person bestehen; andere können Sie bis zum Einreichungsschluss einladen.",
        ),
    ),
    (
        text(
            "Идея ещё только на бумаге. Это не рано?",
            "Our idea is still on paper. Is that too early?",
            "Unsere Idee steht erst auf dem Papier. Ist das zu früh?",
        ),
        text(
            "Нет. Жюри смотрит, понимаете ли вы проблему и что сделаете за первые полгода.",
            "No. The jury looks at how well you know the problem and what you will do in the first half year.",
            "Nein. Die Jury schaut, wie gut Sie das Problem kennen und was Sie im ersten halben Jahr tun.",
        ),
    ),
    (
        text(
            "Можно ли исправить заявку после отправки?",
            "Can we change the entry after handing it in?",
            "Können wir die Einreichung danach noch ändern?",
        ),
        text(
            "До конца приёма — сколько угодно раз. Считается последняя поданная версия.",
            "Until the deadline, as often as you like. The last version you handed in counts.",
            "Bis zum Einreichungsschluss beliebig oft. Es zählt die zuletzt eingereichte Fassung.",
        ),
    ),
    (
        text("Увидим ли мы оценки?", "Will we see the scores?", "Sehen wir die Punkte?"),
        text(
            "После объявления каждая команда читает комментарии жюри и видит, как сложился её балл.",
            "After the announcement each team reads the jury's comments and sees how its score came about.",
            "Nach der Bekanntgabe liest jedes Team die Kommentare der Jury und sieht, wie seine Punkte entstanden sind.",
        ),
    ),
)
