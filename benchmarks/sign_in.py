"""`python -m benchmarks.sign_in`: make a member of staff, sign them in, and print the session cookie."""

import django


def main() -> None:
    """Print `sessionid=...` for somebody who may see everything that staff see."""
    django.setup()
    from django.conf import settings
    from django.test import Client

    from accounts.models import Organisation, User
    from accounts.roles import Role

    staff = User.objects.create_user(
        display_name="Benchmark", initials="BM", organisation=Organisation.objects.get(is_office=True), role=Role.STAFF
    )
    client = Client()
    client.force_login(staff)
    print(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")


if __name__ == "__main__":
    main()
