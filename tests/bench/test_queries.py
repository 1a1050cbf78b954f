"""The questions, and our answers in the peers' shape."""

import json

from bench.queries import OURS, PEERS, QUERIES, as_the_peers_say_it, bodies

PERSONS = [f"{number:010}" for number in range(120)]


def test_requests_in_flight_are_about_different_persons() -> None:
    asked = [json.loads(body)["variables"]["ids"] for body in bodies("Q2", OURS, PERSONS, 4, "x")]
    first_turn = [person for ids in asked[:2] for person in ids]
    assert len(set(first_turn)) == 100
    assert all(len(set(ids)) == 50 for ids in asked)


def test_ours_and_the_peers_are_asked_about_the_same_persons() -> None:
    for query in QUERIES:
        ours, peers = (bodies(query, texts, PERSONS, 30, "x") for texts in (OURS, PEERS))
        assert [json.loads(body)["variables"] for body in ours] == [json.loads(body)["variables"] for body in peers]


def test_our_answer_in_the_peers_shape() -> None:
    ours = {
        "data": {
            "persons": [
                {
                    "person": {
                        "identity": {"firstName": "سارا", "birthDate": {"jalali": "1360-01-01"}, "shenasname": None},
                        "contributions": {"nodes": [{"days": 30}]},
                        "dependents": [{"birthDate": None}],
                        "unemployment": {"stage": "APPROVED", "lostJobOn": {"jalali": "1404-01"}},
                    }
                }
            ]
        }
    }
    assert as_the_peers_say_it(ours)["data"]["persons"] == [
        {
            "firstName": "سارا",
            "birthDate": "1360-01-01",
            "contributions": [{"days": 30}],
            "dependents": [{"birthDate": None}],
            "unemployment": {"stage": "APPROVED", "lostJobOn": "1404-01"},
        }
    ]


def test_an_answer_of_errors_alone_stays_as_it_is() -> None:
    assert as_the_peers_say_it({"errors": [{"message": "no"}], "data": None}) == {
        "errors": [{"message": "no"}],
        "data": None,
    }
