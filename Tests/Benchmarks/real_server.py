"""A real kube-apiserver with etcd, for benchmarks: started, asked and stopped."""

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

TOKEN = "token-of-the-benchmark"


class Server:
    """etcd and kube-apiserver in a folder of their own; gone with the block."""

    def __init__(self, assets, audits=False):
        """With audits the server writes down every request; `requests` reads it."""
        self.assets, self.audits = assets, audits

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="petstore-cli-benchmark-")
        self.processes = []
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def openssl(self, *words):
        subprocess.run(
            ["openssl", *words], cwd=self.folder, check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def certificates(self):
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        self.openssl(
            "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2",
            "-subj", "/CN=benchmark")
        self.openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=api")
        self.write("names", "subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        self.openssl(
            "x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
            "-CAcreateserial", "-out", "server.crt", "-days", "2", "-extfile", "names")
        self.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "accounts.key")
        self.openssl("ec", "-in", "accounts.key", "-pubout", "-out", "accounts.pub")

    def start(self):
        self.certificates()
        self.port, etcd, peer = free_ports(3)
        self.url = f"https://127.0.0.1:{self.port}"
        client = f"http://127.0.0.1:{etcd}"
        self.write("tokens.csv", f'{TOKEN},benchmark,benchmark,"system:masters"\n')
        self.write("kubeconfig", json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "benchmark",
            "clusters": [{"name": "c", "cluster": {
                "server": self.url, "certificate-authority": self.path("ca.crt")}}],
            "users": [{"name": "u", "user": {"token": TOKEN}}],
            "contexts": [{"name": "benchmark", "context": {
                "cluster": "c", "user": "u", "namespace": "default"}}],
        }))
        self.spawn(
            "etcd", f"--data-dir={self.path('etcd')}", f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}", f"--listen-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}", "--name=local",
            f"--initial-cluster=local=http://127.0.0.1:{peer}", "--unsafe-no-fsync",
            "--quota-backend-bytes=8589934592", "--log-level=warn")
        self.spawn(
            "kube-apiserver", f"--etcd-servers={client}", "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1", f"--secure-port={self.port}",
            "--service-cluster-ip-range=10.121.0.0/24", "--endpoint-reconciler-type=none",
            f"--cert-dir={self.folder}", f"--tls-cert-file={self.path('server.crt')}",
            f"--tls-private-key-file={self.path('server.key')}",
            f"--client-ca-file={self.path('ca.crt')}",
            f"--token-auth-file={self.path('tokens.csv')}", "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self.path('accounts.pub')}",
            f"--service-account-signing-key-file={self.path('accounts.key')}",
            "--disable-admission-plugins=ServiceAccount",
            # Servers before 1.24 have a second port, without TLS.
            *(["--insecure-port=0"] if self.knows("kube-apiserver", "--insecure-port") else []),
            *(self.audit() if self.audits else []))
        self.tls = ssl.create_default_context(cafile=self.path("ca.crt"))
        self.wait("/readyz")
        self.wait("/api/v1/namespaces/default")

    def audit(self):
        self.write("policy.json", json.dumps({
            "apiVersion": "audit.k8s.io/v1", "kind": "Policy",
            "omitStages": ["ResponseStarted", "ResponseComplete"],
            "rules": [{"level": "Metadata"}]}))
        return [
            f"--audit-policy-file={self.path('policy.json')}",
            f"--audit-log-path={self.path('audit.log')}", "--audit-log-mode=blocking"]

    def requests(self, agent):
        """What programs of that user agent have asked: verb and path, in the order of arrival."""
        with open(self.path("audit.log")) as log:
            events = [json.loads(line) for line in log if line.endswith("\n")]
        return [
            f"{event['verb']} {event['requestURI']}" for event in events
            if agent in event.get("userAgent", "")]

    def knows(self, name, flag):
        told = subprocess.run(
            [os.path.join(self.assets, name), "--help"], stdout=subprocess.PIPE, text=True)
        return flag in told.stdout

    def spawn(self, name, *words):
        log = open(self.path(name + ".log"), "w")
        self.processes.append(
            subprocess.Popen(
                [os.path.join(self.assets, name), *words], stdout=log, stderr=log,
                start_new_session=True))

    def connection(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls, timeout=60)

    def wait(self, path, patience=120):
        end = time.monotonic() + patience
        while time.monotonic() < end:
            try:
                if self.ask("GET", path)[0] == 200:
                    return
            except OSError:
                pass
            if any(process.poll() is not None for process in self.processes):
                break
            time.sleep(0.2)
        with open(self.path("kube-apiserver.log")) as log:
            sys.exit("no kube-apiserver:\n" + "".join(log.readlines()[-8:]))

    def ask(self, method, path, body=None, connection=None, kind="application/json"):
        own = connection or self.connection()
        own.request(
            method, path, None if body is None else json.dumps(body),
            {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind})
        answer = own.getresponse()
        return answer.status, answer.read()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
