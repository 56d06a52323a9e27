"""Pets as people make them, with a status as an operator writes it."""

import json
import subprocess
import sys
import threading

PETS = "/apis/petstore.example.com/v1alpha1/namespaces/default/pets"


def pet(number):
    """A Pet as a user makes it."""
    return {
        "apiVersion": "petstore.example.com/v1alpha1", "kind": "Pet",
        "metadata": {
            "name": f"pet-{number:06}", "namespace": "default",
            "labels": {"environment": "production", "team": f"team-{number % 7}"},
            "annotations": {"note": "loaded for a benchmark; " + "x" * 120},
        },
        "spec": {
            "id": number + 1, "name": f"Pet {number}", "status": "available",
            "category": {"id": 1, "name": "Dogs"},
            "photoUrls": [f"https://photos.example.com/{number}/{at}.jpg" for at in range(3)],
            "tags": [{"id": at, "name": f"tag-{at}"} for at in range(4)],
        },
    }


def status(number):
    """The same Pet's status as an operator writes it."""
    spec = pet(number)["spec"]
    now = "2026-01-01T12:00:00Z"
    return {"status": {
        "state": "Synced" if number % 50 else "Failed", "externalID": str(number + 1),
        "observedGeneration": 1, "lastSyncTime": now, "lastGetTime": now, "driftDetected": False,
        "driftDetectedCount": 0, "createdByController": True,
        "message": "Resource synced with the API: GET /pet answered 200",
        "conditions": [
            {"type": kind, "status": "True", "reason": "Synced", "lastTransitionTime": now,
             "message": "Resource synced with the API"}
            for kind in ("Ready", "Synced", "Reconciled")],
        "response": {"success": True, "statusCode": 200, "lastUpdated": now, "data": spec},
    }}


def load(server, first, last):
    """Makes Pets with their status, over a few connections at a time."""
    lock = threading.Lock()
    numbers = iter(range(first, last))
    errors = []

    def work():
        connection = server.connection()
        while not errors:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                made, text = server.ask(
                    "POST", PETS + "?fieldManager=kubectl-create", pet(number), connection)
                if made == 201:
                    made, text = server.ask(
                        "PATCH", f"{PETS}/pet-{number:06}/status?fieldManager=petstore-operator",
                        status(number), connection, kind="application/merge-patch+json")
                if made not in (200, 201):
                    errors.append(text.decode())
            except OSError as error:
                errors.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        sys.exit("a Pet was refused: " + errors[0])


def definition(binary):
    """The CRD of Pets as the embedded cluster has it, without what only a server may set."""
    text = subprocess.run(
        [binary, "get", "crd", "pets.petstore.example.com", "--sandbox", "-o", "json"],
        check=True, stdout=subprocess.PIPE).stdout
    whole = json.loads(text)
    return {
        "apiVersion": whole["apiVersion"], "kind": whole["kind"],
        "metadata": {"name": whole["metadata"]["name"]}, "spec": whole["spec"]}
