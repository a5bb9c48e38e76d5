//! When a service is not ready.

use crate::support::Running;

#[test]
fn a_service_without_its_database_lives_and_is_not_ready() {
    let running = Running::start();
    running.set_reachable(false);
    for path in ["/readyz", "/health/ready", "/health"] {
        let message = running.service.get(path).send().expect_error(503, "unavailable", None);
        assert_eq!(message, "the database is unreachable");
    }
    running.service.get("/livez").send().expect(200);
    running.set_reachable(true);
    running.service.get("/readyz").send().expect(200);
}

#[test]
fn a_service_that_drains_is_not_ready_and_goes_on_serving() {
    let running = Running::start();
    running.api.drain();
    running.service.get("/readyz").send().expect_error(503, "unavailable", None);
    running.service.get("/livez").send().expect(200);
    running.service.get("/admin/v1/organizations").send().expect(200);
}
