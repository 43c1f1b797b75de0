"""What people do who want to become members."""

from tests.visit import Page, Visitors

SECRET = "unmei no ito 結び"


def ask_to_join(visit: Visitors, username: str = "hanako", email: str = "hanako@example.com") -> Page:
    page = visit.open("accounts.register")
    return page.submit("会員登録", username=username, email=email, password=SECRET)
