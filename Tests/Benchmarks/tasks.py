"""What takes more than one command: comparing pods, and following changes as they come."""

import statistics
import subprocess
import sys
import threading
import time

from pets import PETS

SHOP = "shop"

# The comparison of the specification (workflow 3), on a resource: an observer for each pod, the wait,
# the answers, and the end of the observers.
LOOP = r"""
set -e
for i in 0 1 2; do
  kubectl apply -f - <<EOF
apiVersion: petstore.example.com/v1alpha1
kind: Pet
metadata:
  name: fluffy-pod-$i
  namespace: shop
  labels: { comparison-set: pet-check }
spec: { id: 123, readOnly: true, target: { statefulSet: petstore-api, podOrdinal: $i } }
EOF
done
kubectl wait --for=jsonpath='{.status.state}'=Observed pet -n shop \
  -l comparison-set=pet-check --timeout=120s
for q in $(kubectl get pet -n shop -l comparison-set=pet-check -o name); do
  echo "=== $q ==="
  kubectl get $q -n shop -o jsonpath='{.status.response.data}' | jq .
done
kubectl delete pet -n shop -l comparison-set=pet-check
"""


class Shop:
    """A namespace with the sandbox's operator and services at work; gone with the block."""

    def __init__(self, server, ours):
        self.server, self.ours = server, ours

    def __enter__(self):
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SHOP}}
        self.server.ask("POST", "/api/v1/namespaces", namespace)
        self.operator = subprocess.Popen(
            [*self.ours.base, "sandbox", "operate", "--seed", "-n", SHOP],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.ours.environment)
        end = time.monotonic() + 120
        fluffy = PETS.replace("default", SHOP) + "/fluffy"
        while b'"state":"Synced"' not in self.server.ask("GET", fluffy)[1]:
            if time.monotonic() > end or self.operator.poll() is not None:
                self.__exit__()
                sys.exit("the operator did not begin its work")
            time.sleep(0.2)
        return self

    def __exit__(self, *_):
        self.operator.terminate()
        self.operator.wait()


def comparison(server, ours, bash, runs):
    """Median wall seconds, CPU seconds and memory: one pod, three pods, and the loop."""
    lines = [
        ("observe, one pod", ours, ["observe", "pet", "123", "--target-pod", "1", "-n", SHOP]),
        ("compare, three pods", ours, ["compare", "pet", "fluffy", "--pods", "0,1,2", "-n", SHOP]),
        ("the same with kubectl in bash", bash, [LOOP]),
    ]
    samples = {name: [] for name, _, _ in lines}
    with Shop(server, ours):
        for run in range(runs + 1):
            for name, program, words in lines:
                # Differences between pods are found, not made: 1 is an answer, too.
                taken = program.run(words, accepted=(0, 1) if "compare" in name else (0,))
                if run > 0:
                    samples[name].append(taken)
        memory = {name: program.memory(words) for name, program, words in lines}
    middle = {
        name: [statistics.median(one) for one in zip(*taken)] + [memory[name]]
        for name, taken in samples.items()}
    print("\n### Comparing three pods\n")
    print("| Command | Wall s | CPU s | Memory MB | Wall / one pod | Wall / bash |")
    print("|---|--:|--:|--:|--:|--:|")
    first, _, last = [middle[name][0] for name, _, _ in lines]
    for name, (wall, cpu, memory) in middle.items():
        print(f"| {name} | {wall:.3f} | {cpu:.3f} | {memory:.0f} "
              f"| {wall / first:.2f} | {wall / last:.2f} |")


class Follower:
    """A program that prints the time written into each changed Pet."""

    def __init__(self, program, words):
        self.process = subprocess.Popen(
            [*program.base, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=program.environment, text=True)
        self.lags = []
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            now = time.monotonic()
            try:
                self.lags.append(now - float(line))
            except ValueError:
                pass  # what was there before

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.thread.join()
        return sorted(self.lags)


def watch_lag(server, programs, rate, seconds):
    """From the moment before a change is sent until the line is there, at so many changes a second."""
    form = r'jsonpath={.metadata.annotations.at}{"\n"}'
    words = ["get", "pets", "-l", "team=team-1", "--watch-only", "-o", form]
    followers = {program.name: Follower(program, words) for program in programs}
    time.sleep(5)
    sent, lock = 0, threading.Lock()
    begin = time.monotonic()

    def work(first):
        nonlocal sent
        connection = server.connection()
        number = first
        while (now := time.monotonic()) < begin + seconds:
            with lock:
                due = begin + sent / rate
                sent += 1
            if due > now:
                time.sleep(due - now)
            at = time.monotonic()
            body = {"metadata": {"annotations": {"at": repr(at)}}}
            server.ask(
                "PATCH", f"{PETS}/pet-{1 + 7 * (number % 100):06}", body, connection,
                kind="application/merge-patch+json")
            number += 8

    threads = [threading.Thread(target=work, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(3)
    print(f"\n### Lag of a watch: {sent} changes in {seconds} s ({sent / seconds:.0f} a second)\n")
    print("| Program | Changes seen | Lag p50 ms | Lag p99 ms |")
    print("|---|--:|--:|--:|")
    for name, follower in followers.items():
        lags = follower.end()
        if not lags:
            sys.exit(f"{name} saw no change")
        print(f"| {name} | {len(lags)} | {1000 * lags[len(lags) // 2]:.1f} "
              f"| {1000 * lags[len(lags) * 99 // 100]:.1f} |")
