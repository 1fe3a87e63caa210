"""What customers and staff may change of an issued invoice: rules, forms, previews, undo."""
