extension Task where Failure == any Error {
    /// The task's value; whoever is cancelled while waiting cancels the task as well.
    ///
    /// Plain `value` goes on waiting then: tasks that are kept or started side by side have no
    /// parent that would tell them.
    var joined: Success {
        get async throws {
            try await withTaskCancellationHandler {
                try await value
            } onCancel: {
                cancel()
            }
        }
    }
}

extension Task where Failure == Never {
    /// The task's value; whoever is cancelled while waiting cancels the task as well.
    var joined: Success {
        get async {
            await withTaskCancellationHandler {
                await value
            } onCancel: {
                cancel()
            }
        }
    }
}
