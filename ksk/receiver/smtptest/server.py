"""An SMTP server for one test: PORT FOLDER [CERT KEY [USER PASSWORD]].

Each message becomes a file of FOLDER. With a certificate STARTTLS is offered, and with a user it and
authentication are required. A line on standard output says that it listens.
"""
import pathlib
import signal
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

port, folder, rest = int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]


class Keep:
    count = 0

    async def handle_DATA(self, server, session, envelope):
        Keep.count += 1
        head = f"X-From: {envelope.mail_from}\nX-To: {envelope.rcpt_tos}\nX-TLS: {session.ssl is not None}\nX-Auth: {session.authenticated}\n"
        path = folder / f"{Keep.count}.new"
        path.write_bytes(head.encode() + envelope.content)
        path.rename(folder / f"{Keep.count}.eml")
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == rest[2].encode() and data.password == rest[3].encode())


options = {}
if rest:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(rest[0], rest[1])
    options.update(tls_context=context)
if len(rest) > 2:
    options.update(require_starttls=True, auth_required=True, authenticator=authenticate)
controller = Controller(Keep(), hostname="127.0.0.1", port=port, **options)
controller.start()
print("listening", flush=True)
signal.sigwait({signal.SIGTERM})
controller.stop()
