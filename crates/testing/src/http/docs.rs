//! The page to read the document and to try it.

use super::Service;

/// The page is there for everybody; it loads what lies beside it and nothing from anywhere else.
pub fn the_page_loads_from_this_service_alone(service: &Service) {
    let page = service.get("/docs").anonymous().send();
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let sources = page.header("content-security-policy").unwrap();
    assert!(sources.starts_with("default-src 'none'; script-src 'self';"), "{sources}");
    let html = String::from_utf8(page.body).unwrap();
    assert!(!html.contains("//"), "{html}");
    let mut files = 0;
    for attribute in ["src=\"", "href=\""] {
        for file in html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert_eq!(service.get(&format!("/{file}")).anonymous().send().status, 200, "{file}");
            files += 1;
        }
    }
    assert_eq!(files, 6, "{html}");
}

/// A file that the browser has is not sent again, and there is no other file.
pub fn the_files_of_the_page_are_sent_once(service: &Service) {
    let path = "/docs/swagger-ui-bundle.js";
    let file = service.get(path).anonymous().send();
    let tag = file.header("etag").unwrap();
    assert_eq!(file.header("content-type"), Some("text/javascript"));
    assert_eq!(file.header("cache-control"), Some("private, no-cache"));
    let again = service.get(path).anonymous().header("If-None-Match", tag).send();
    assert_eq!((again.status, again.body.len()), (304, 0));
    for other in ["/docs/index.html", "/docs/..%2Findex.css", "/docs/swagger-ui.js", "/docs/"] {
        service.get(other).anonymous().send().expect_error(404, "not_found", None);
    }
}
