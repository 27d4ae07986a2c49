"""Signing in with WeChat: inside its browser by a service account, elsewhere by QR code."""
