"""A machine over asyncua, with the information model of docs/opcua.md.

machine.py PORT FOLDER SECONDS [forget]

Carries out one job at a time, SECONDS each. FOLDER/memory.json is its memory, kept over a kill;
FOLDER/ledger.txt gets a line for every job carried out and outlives even a lost memory.
"""

import asyncio
import json
import os
import sys
import uuid

from asyncua import Server, ua, uamethod

PORT, FOLDER, SECONDS = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
FORGET = "forget" in sys.argv[4:]
URI = "urn:fenhe:machine"
NAME = "press"
KEPT = 256
MEMORY = os.path.join(FOLDER, "memory.json")
LEDGER = os.path.join(FOLDER, "ledger.txt")
OVER = ("Ended", "Aborted")


class Memory:
    """Job list, result log and totals; on disk before anybody hears of them."""

    def __init__(self):
        if os.path.exists(MEMORY) and not FORGET:
            with open(MEMORY, encoding="utf-8") as file:
                self.all = json.load(file)
        else:
            self.all = {"name": uuid.uuid4().hex, "serial": 0, "log": [], "jobs": [], "good": 0, "done": 0}
            # What stands in the ledger was done under an earlier memory.
            self.all["done"] = len(ledger())
        self.settle()

    def settle(self):
        """Killed between ledger and memory: the ledger is what happened."""
        for tag in ledger()[self.all["done"] :]:
            job = next((job for job in self.all["jobs"] if job[0] == tag), None)
            if job:
                self.end(job)
        self.save()

    def save(self):
        with open(MEMORY + ".new", "w", encoding="utf-8") as file:
            json.dump(self.all, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(MEMORY + ".new", MEMORY)

    def note(self, *fields):
        self.all["serial"] += 1
        self.all["log"].append("|".join([str(self.all["serial"]), *fields]))
        del self.all["log"][:-KEPT]

    def end(self, job):
        job[2] = "Ended"
        self.all["good"] += 1
        self.all["done"] += 1
        self.note("Ended", job[0])
        jobs = self.all["jobs"]
        while len(jobs) > KEPT:
            jobs.remove(next(old for old in jobs if old[2] in OVER))


def ledger():
    if not os.path.exists(LEDGER):
        return []
    with open(LEDGER, encoding="utf-8") as file:
        return file.read().split()


async def main():
    memory = Memory()
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{PORT}/")
    index = await server.register_namespace(URI)

    def node(part):
        return ua.NodeId(f"{NAME}.{part}", index)

    machine = await server.nodes.objects.add_object(ua.NodeId(NAME, index), ua.QualifiedName(NAME, index))
    shown = {}

    async def variable(part, value, kind):
        name = ua.QualifiedName(part, index)
        shown[part] = (await machine.add_variable(node(part), name, value, kind), kind)

    text, whole = ua.VariantType.String, ua.VariantType.UInt32
    await variable("MemoryInstance", memory.all["name"], text)
    await variable("JobOrderList", [""], text)
    await variable("ResultLog", [""], text)
    await variable("CurrentState", 4, ua.VariantType.Int32)
    await variable("GoodQuantity", memory.all["good"], whole)
    await variable("ScrapQuantity", 0, whole)
    await variable("AlarmWord", 0, whole)
    await variable("Heartbeat", 0, whole)
    await variable("CurrentJobOrder", "", text)

    async def put(part, value):
        variable_node, kind = shown[part]
        await variable_node.write_value(ua.Variant(value, kind))

    async def show():
        memory.save()
        now = memory.all
        running = [job for job in now["jobs"] if job[2] == "Running"]
        await put("JobOrderList", [f"{job[0]}|{job[1]}|{job[2]}|" for job in now["jobs"]])
        await put("ResultLog", [f"{now['name']}|{now['serial']}", *now["log"]])
        await put("GoodQuantity", now["good"])
        await put("CurrentState", 6 if running else 11 if now.get("held") else 4)
        await put("CurrentJobOrder", running[0][0] if running else "")

    @uamethod
    async def store_and_start(_parent, tag, revision):
        jobs = memory.all["jobs"]
        job = next((job for job in jobs if job[0] == tag), None)
        status = 0
        if job is None:
            jobs.append([tag, revision, "AllowedToStart"])
        elif revision <= job[1]:
            status = 1 if revision == job[1] else 2
        elif job[2] in OVER:
            jobs.remove(job)
            jobs.append([tag, revision, "AllowedToStart"])
        else:
            job[1] = revision
            status = 1
        await show()
        state = next(job[2] for job in jobs if job[0] == tag)
        return ua.Variant(status, whole), state, ""

    @uamethod
    async def abort(_parent, tag):
        job = next((job for job in memory.all["jobs"] if job[0] == tag), None)
        if job is None:
            return ua.Variant(3, whole), "", "NotThere"
        if job[2] != "AllowedToStart":
            return ua.Variant(3, whole), job[2], "NotReleased"
        job[2] = "Aborted"
        memory.note("Aborted", tag)
        await show()
        return ua.Variant(0, whole), job[2], ""

    async def hold(on):
        memory.all["held"] = on
        await show()

    @uamethod
    async def hold_on(_parent):
        await hold(True)

    @uamethod
    async def hold_off(_parent):
        await hold(False)

    results = [whole, text, text]
    await machine.add_method(node("Hold"), ua.QualifiedName("Hold", index), hold_on, [], [])
    await machine.add_method(node("Unhold"), ua.QualifiedName("Unhold", index), hold_off, [], [])
    await machine.add_method(node("StoreAndStart"), ua.QualifiedName("StoreAndStart", index), store_and_start, [text, whole], results)
    await machine.add_method(node("Abort"), ua.QualifiedName("Abort", index), abort, [text], results)
    await show()

    async def work():
        while True:
            jobs = memory.all["jobs"]
            job = next((job for job in jobs if job[2] in ("Running", "AllowedToStart")), None)
            # Held: what is in work is finished, nothing else begins.
            if job is None or (memory.all.get("held") and job[2] != "Running"):
                await asyncio.sleep(0.02)
                continue
            if job[2] == "AllowedToStart":
                job[2] = "Running"
                memory.note("Started", job[0])
                await show()
            await asyncio.sleep(SECONDS)
            with open(LEDGER, "a", encoding="utf-8") as file:
                file.write(job[0] + "\n")
                file.flush()
                os.fsync(file.fileno())
            memory.end(job)
            await show()

    async with server:
        print("ready", flush=True)
        working = asyncio.create_task(work())
        beat = 0
        while not working.done():
            await asyncio.sleep(0.5)
            beat += 1
            await put("Heartbeat", beat)
        working.result()


asyncio.run(main())
