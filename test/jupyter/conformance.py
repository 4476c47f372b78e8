"""The Jupyter project's own judge of kernels, with a sample for every feature that it knows."""

import unittest

import jupyter_kernel_test


class HandgradKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "handgrad"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "Number.isSafeIn", "matches": {"isSafeInteger"}},
        {"text": "const 𝛿 = { épsilon: 1 }; 𝛿.ép", "matches": {"épsilon"}},
        {"text": "displ"},
    ]
    complete_code_samples = ["1", "const x: number = 1", "function f() { return 1 }", "// comment", ""]
    incomplete_code_samples = ["function f() {", "[1, 2", "`text", "if (true) {\n  1"]
    invalid_code_samples = ["const = 1", "1 +* 2)", "let let = }"]
    code_page_something = "Math.max?"
    code_generate_error = "throw new TypeError('expected')"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 2].map((n) => n * 2)", "result": "[ 2, 4 ]"},
        {"code": "null", "result": "null"},
        {"code": "10n ** 3n", "result": "1000n"},
        {"code": "await Promise.resolve('text')", "result": "'text'"},
        {
            "code": "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>1</b>', 'text/plain': '1' }) })",
            "mime": "text/html",
            "result": "<b>1</b>",
        },
    ]
    code_display_data = [
        {"code": "display({ 'text/html': '<b>1</b>' }, { raw: true })", "mime": "text/html"},
        {"code": "import { display as d } from 'tslab'; d.svg('<svg/>')", "mime": "image/svg+xml"},
    ]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "1 ? 2*"
    code_inspect_sample = "Math.max"
    code_clear_output = "clearOutput()"

    # What the suite does not try of itself.

    def test_stdin(self):
        self.flush_channels()
        msg_id = self.kc.execute("const answer = await prompt('name? ', { password: true }); answer.length", allow_stdin=True)
        request = self.kc.get_stdin_msg(timeout=15)
        self.assertEqual(request["msg_type"], "input_request")
        self.assertEqual(request["content"], {"prompt": "name? ", "password": True})
        self.kc.input("secret")
        reply = self.get_non_kernel_info_reply(timeout=15)
        jupyter_kernel_test.validate_message(reply, "execute_reply", msg_id)
        self.assertEqual(reply["content"]["status"], "ok")

    def test_interrupt(self):
        self.flush_channels()
        msg_id = self.kc.execute("let turns = 0; while (true) turns++;")
        while True:
            message = self.kc.get_iopub_msg(timeout=15)
            if message["msg_type"] == "execute_input":
                break
        self.km.interrupt_kernel()
        reply = self.get_non_kernel_info_reply(timeout=15)
        jupyter_kernel_test.validate_message(reply, "execute_reply", msg_id)
        self.assertEqual(reply["content"]["status"], "error")
        self.flush_channels()
        reply, outputs = self.execute_helper("typeof turns")
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "'number'")


    def test_comm(self):
        self.flush_channels()
        self.execute_helper("comms.register('echo', (comm) => comm.onMessage((data) => comm.send(data)))")
        for msg_type, content in [
            ("comm_open", {"comm_id": "c", "target_name": "echo", "data": {}}),
            ("comm_msg", {"comm_id": "c", "data": {"n": 1}}),
        ]:
            self.kc.shell_channel.send(self.kc.session.msg(msg_type, content))
        while True:
            message = self.kc.get_iopub_msg(timeout=15)  # The suite's schema knows no comm messages.
            if message["msg_type"] == "comm_msg":
                break
        self.assertEqual(message["content"]["data"], {"n": 1})
        msg_id = self.kc.comm_info()
        reply = self.get_non_kernel_info_reply(timeout=15)
        jupyter_kernel_test.validate_message(reply, "comm_info_reply", msg_id)
        self.assertEqual(reply["content"]["comms"], {"c": {"target_name": "echo"}})


class HandgradWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "handgrad"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
